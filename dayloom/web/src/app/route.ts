import { useSyncExternalStore } from "react";

export const PANELS = ["talk", "week", "tasks", "jobs", "trace", "memory"] as const;
export type Panel = (typeof PANELS)[number];

/** Where the page is: `#/<thread or ->/<panel>/<more>`; it stands in the address, so that reload and history work. */
export interface Route {
  thread: string | null;
  panel: Panel;
  /** What is open in the panel: a run, a job. */
  item: string | null;
}

function readRoute(hash: string): Route {
  const [, thread = "-", panel = "", item = ""] = hash.split("/").map(decodeURIComponent);
  return {
    thread: thread === "-" || thread === "" ? null : thread,
    panel: PANELS.find((one) => one === panel) ?? "week",
    item: item || null,
  };
}

function writeRoute({ thread, panel, item }: Route): string {
  return `#/${[thread ?? "-", panel, ...(item ? [item] : [])].map(encodeURIComponent).join("/")}`;
}

function subscribe(changed: () => void): () => void {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}

export function useRoute(): Route {
  return readRoute(useSyncExternalStore(subscribe, () => location.hash));
}

/** Go there; what is not named stays, but for the open item. */
export function go(to: Partial<Route>): void {
  location.hash = writeRoute({ ...readRoute(location.hash), item: null, ...to });
}

/** The address of a place, for links. */
export function hrefOf(to: Partial<Route>): string {
  return writeRoute({ ...readRoute(location.hash), item: null, ...to });
}
