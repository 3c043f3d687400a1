import { useSyncExternalStore } from "react";

const lost = new Set<string>();
const listeners = new Set<() => void>();

/** Note whether a stream is open; the page is connected while none is lost. */
export function setConnected(stream: string, connected: boolean): void {
  if (lost.has(stream) !== connected) return;
  if (connected) lost.delete(stream);
  else lost.add(stream);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether what is shown is live. */
export function useConnected(): boolean {
  return useSyncExternalStore(subscribe, () => lost.size === 0);
}
