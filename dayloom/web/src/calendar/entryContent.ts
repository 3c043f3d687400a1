import type { ClockWords } from "./clock";
import styles from "./Entry.module.css";
import type { Entry } from "./entries";
import { type IconName, iconId } from "./icons";

/** The words an entry is told in. */
export interface EntryWords {
  clock: ClockWords;
  kind: (entry: Entry) => string;
  marks: (entry: Entry) => { icon: IconName; word: string }[];
}

/** What an entry shows, and the button that opens it; who hears it is told its kind and day as well. */
export function entryContent(entry: Entry, words: EntryWords, onOpen: () => void): HTMLElement {
  const { clock, kind } = words;
  const marks = words.marks(entry);
  const button = document.createElement("button");
  button.type = "button";
  button.className = styles.content ?? "";
  button.dataset.entry = entry.key;
  button.addEventListener("click", onOpen);
  button.append(
    element("span", styles.title, [icon(entry.kind), ...nthOf(entry), entry.title]),
    heard(`, ${kind(entry)}, ${clock.day(entry.start)}`),
    ...(entry.allDay ? [] : [heard(", "), element("span", styles.time, [timeOf(entry, clock)])]),
    ...(marks.length ? [element("span", styles.marks, marks.map(markOf))] : []),
  );
  return button;
}

/** Which part it is, in short: the mark that says so has no room in a short entry. */
function nthOf({ part }: Entry): HTMLElement[] {
  if (!part) return [];
  const nth = element("span", styles.nth, [`${part.number}/${part.of}`]);
  nth.setAttribute("aria-hidden", "true");
  return [nth];
}

/** What comes again is most of a calendar: its icon is enough to be seen. */
function markOf({ icon: name, word }: { icon: IconName; word: string }): HTMLElement {
  return element("span", styles.mark, [icon(name), heard(", "), name === "repeats" ? heard(word) : word]);
}

function heard(words: string): HTMLElement {
  return element("span", styles.heard, [words]);
}

function timeOf({ start, end }: Entry, clock: ClockWords): string {
  return `${clock.time(start)}–${clock.time(end)}`;
}

function element(tag: string, name: string | undefined, children: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  made.className = name ?? "";
  made.append(...children);
  return made;
}

/** A copy of an icon that stands once in the page (`Icons`). */
function icon(name: IconName): SVGSVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${iconId(name)}`);
  made.append(use);
  made.setAttribute("viewBox", "0 0 14 14");
  made.setAttribute("width", "14");
  made.setAttribute("height", "14");
  made.setAttribute("class", styles.icon ?? "");
  return made;
}
