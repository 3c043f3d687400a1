/** Words that something else on the page proposes to say; the box takes them over, and the person sends them. */
const SUGGESTED = "dayloom:suggest";

export function suggest(text: string): void {
  dispatchEvent(new CustomEvent(SUGGESTED, { detail: text }));
}

export function onSuggestion(take: (text: string) => void): () => void {
  const listener = (event: Event) => take((event as CustomEvent<string>).detail);
  addEventListener(SUGGESTED, listener);
  return () => removeEventListener(SUGGESTED, listener);
}
