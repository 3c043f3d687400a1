import { useSyncExternalStore } from "react";

function subscribe(changed: () => void): () => void {
  document.addEventListener("visibilitychange", changed);
  return () => document.removeEventListener("visibilitychange", changed);
}

/**
 * Whether somebody can see the page. A browser opens six connections to a service over all its tabs, and a stream holds
 * one for as long as it is open: a page that nobody sees holds none, so that any number of tabs may be open.
 */
export function useVisible(): boolean {
  return useSyncExternalStore(subscribe, () => document.visibilityState !== "hidden");
}
