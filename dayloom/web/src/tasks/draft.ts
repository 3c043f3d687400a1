/** A list as somebody gave it, before it is kept: typed, pasted, or read from a file. */
export interface Draft {
  text: string;
  form: Form;
  /** Of the file it came from. */
  name?: string;
}

export type Form = "text/plain" | "text/markdown" | "text/csv" | "application/yaml" | "text/calendar";

const ENDINGS: Record<string, Form> = {
  csv: "text/csv",
  tsv: "text/csv",
  yaml: "application/yaml",
  yml: "application/yaml",
  md: "text/markdown",
  markdown: "text/markdown",
  txt: "text/plain",
  ics: "text/calendar",
};

export const FILE_TYPES = Object.keys(ENDINGS).map((ending) => `.${ending}`);
export const NOTHING: Draft = { text: "", form: "text/plain" };

/** Read a file; null for one that holds no list. */
export async function draftOf(file: File): Promise<Draft | null> {
  const form = ENDINGS[file.name.split(".").at(-1)?.toLowerCase() ?? ""];
  return form ? { text: await file.text(), form, name: file.name } : null;
}

/** The draft with another text; what is pasted may be a table or a calendar. */
export function retyped(draft: Draft, text: string): Draft {
  if (!text) return NOTHING;
  if (draft.name) return { ...draft, text };
  if (text.startsWith("BEGIN:VCALENDAR")) return { text, form: "text/calendar" };
  return { text, form: /^"?(?:title|task|任务|标题)"?\s*[,;\t]/i.test(text) ? "text/csv" : "text/plain" };
}

/** The line that a complaint about a row names. */
export function lineOf(complaint: string): number | null {
  const found = /, (?:row|line) (\d+):/.exec(complaint);
  return found ? Number(found[1]) : null;
}

/** What is left to be corrected when all other lines have been kept. */
export function withLines(draft: Draft, lines: readonly number[]): Draft {
  if (draft.form === "application/yaml" || draft.form === "text/calendar" || lines.length === 0) return NOTHING;
  const kept = new Set(draft.form === "text/csv" ? [1, ...lines] : lines);
  const text = draft.text.split(/\r?\n/).filter((_, index) => kept.has(index + 1));
  return { ...draft, text: text.join("\n") };
}
