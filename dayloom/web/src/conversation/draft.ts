import { useState } from "react";
import { newId } from "../api/id";

/** What is typed and not yet known to have arrived. It outlives the page; `key` makes sending it twice send it once. */
export interface Draft {
  text: string;
  key: string;
  /** What the conversation will be called that it begins. */
  thread: string;
}

const EMPTY = () => ({ text: "", key: newId(), thread: newId() });

function placeOf(thread: string | null): string {
  return `dayloom.draft.${thread ?? "-"}`;
}

function load(thread: string | null): Draft {
  try {
    return { ...EMPTY(), ...JSON.parse(localStorage.getItem(placeOf(thread)) ?? "{}") };
  } catch {
    return EMPTY();
  }
}

function keep(thread: string | null, draft: Draft): void {
  if (draft.text === "") localStorage.removeItem(placeOf(thread));
  else localStorage.setItem(placeOf(thread), JSON.stringify(draft));
}

/** The draft of a conversation, and ways to type on (other words are another message) and to begin the next. */
export function useDraft(thread: string | null) {
  const [draft, setDraft] = useState(() => load(thread));
  const change = (changed: Draft) => {
    keep(thread, changed);
    setDraft(changed);
  };
  return {
    draft,
    type: (text: string) => change({ ...draft, text, key: newId() }),
    clear: () => change(EMPTY()),
  };
}
