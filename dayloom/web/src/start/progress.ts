import { useSyncExternalStore } from "react";

export const STEPS = ["calendar", "tasks", "ask"] as const;
export type Step = (typeof STEPS)[number];

/** How far somebody has come on the way to the first plan, on this machine. */
interface Progress {
  step: Step;
  /** Something was brought in on the way, so that the account is not empty any more. */
  begun: boolean;
  left: boolean;
}

const KEY = "dayloom.start";
const NEW: Progress = { step: "calendar", begun: false, left: false };
const listeners = new Set<() => void>();
let current = load();

function load(): Progress {
  try {
    return { ...NEW, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return NEW;
  }
}

export function setProgress(changed: Partial<Progress>): void {
  current = { ...current, ...changed };
  localStorage.setItem(KEY, JSON.stringify(current));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useProgress(): Progress {
  return useSyncExternalStore(subscribe, () => current);
}
