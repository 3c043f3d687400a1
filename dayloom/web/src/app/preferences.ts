import { useSyncExternalStore } from "react";

/** What the person has chosen on this machine. */
export interface Preferences {
  theme: "system" | "light" | "dark";
  language: "en" | "zh";
}

const KEY = "dayloom.preferences";
const listeners = new Set<() => void>();
let current = read();

function read(): Preferences {
  const initial: Preferences = { theme: "system", language: navigator.language.startsWith("zh") ? "zh" : "en" };
  try {
    return { ...initial, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return initial;
  }
}

export function preferences(): Preferences {
  return current;
}

export function setPreferences(changed: Partial<Preferences>): void {
  current = { ...current, ...changed };
  localStorage.setItem(KEY, JSON.stringify(current));
  for (const listener of listeners) listener();
}

export function onPreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(onPreferences, preferences);
}

/** Let the document follow: its theme for the styles, its language for screen readers. */
export function followPreferences(): void {
  const apply = () => {
    document.documentElement.dataset.theme = current.theme;
    document.documentElement.lang = current.language === "zh" ? "zh-CN" : "en";
  };
  apply();
  onPreferences(apply);
}
