/** How sure a rule is, in words: the names are keys of the words, the numbers where each begins and what it is set to. */
export const SURENESS = [
  { name: "certain", from: 0.9, value: 1 },
  { name: "sure", from: 0.7, value: 0.8 },
  { name: "likely", from: 0.5, value: 0.6 },
  // Below this a rule binds no plan; the assistant only hears of it.
  { name: "unsure", from: 0.2, value: 0.3 },
  { name: "doubtful", from: 0, value: 0.1 },
] as const;
export type Sureness = (typeof SURENESS)[number]["name"];

export function surenessOf(confidence: number): Sureness {
  return SURENESS.find(({ from }) => confidence >= from)?.name ?? "doubtful";
}

export function confidenceOf(name: Sureness): number {
  return SURENESS.find((one) => one.name === name)?.value ?? 0;
}
