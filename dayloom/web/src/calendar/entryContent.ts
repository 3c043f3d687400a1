import type { ClockWords } from "./clock";
import styles from "./Entry.module.css";
import type { Entry } from "./entries";
import { type ICON_OF, iconId } from "./icons";

/** The words an entry is told in. */
export interface EntryWords {
  clock: ClockWords;
  kind: (entry: Entry) => string;
  marks: (entry: Entry) => { icon: keyof typeof ICON_OF; word: string }[];
}

/** What an entry shows: icon, title, time and marks; screen readers get one sentence. */
export function entryContent(entry: Entry, words: EntryWords): HTMLElement {
  const marks = words.marks(entry);
  const shown = element("div", styles.content, [
    element("div", styles.title, [icon(entry.kind), element("span", "", [entry.title])]),
    ...(entry.allDay ? [] : [element("div", styles.time, [timeOf(entry, words.clock)])]),
    ...(marks.length
      ? [
          element(
            "div",
            styles.marks,
            marks.map(({ icon: name, word }) =>
              element("span", styles.mark, name === "repeats" ? [icon(name)] : [icon(name), word]),
            ),
          ),
        ]
      : []),
  ]);
  shown.setAttribute("aria-hidden", "true");
  const told = element("span", styles.told, [sentence(entry, words, marks)]);
  const content = element("div", styles.body, [shown, told]);
  content.dataset.entry = entry.key;
  return content;
}

function timeOf({ start, end }: Entry, clock: ClockWords): string {
  return `${clock.time(start)}–${clock.time(end)}`;
}

function sentence(entry: Entry, { clock, kind }: EntryWords, marks: readonly { word: string }[]): string {
  const when = entry.allDay ? clock.day(entry.start) : clock.span(entry.start, entry.end);
  return [entry.title, kind(entry), when, ...marks.map((mark) => mark.word)].join(", ");
}

function element(tag: string, name: string | undefined, children: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  made.className = name ?? "";
  made.append(...children);
  return made;
}

/** A copy of an icon that stands once in the page (`Icons`). */
function icon(name: keyof typeof ICON_OF): SVGSVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${iconId(name)}`);
  made.append(use);
  made.setAttribute("width", "14");
  made.setAttribute("height", "14");
  made.setAttribute("class", styles.icon ?? "");
  return made;
}
