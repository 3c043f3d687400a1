import type { ThreadLine } from "../api/threads";

/** What a conversation is called: by its name, or by the first words that were said in it. */
export function titleOf({ title }: ThreadLine): string | null {
  return title && shorten(title);
}

/** The first line of some words, cut where a list has no more room. */
export function shorten(text: string): string {
  const line = text.trim().split("\n")[0] ?? "";
  return line.length > 60 ? `${line.slice(0, 59).trimEnd()}…` : line;
}
