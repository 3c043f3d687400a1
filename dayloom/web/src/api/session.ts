import { useSyncExternalStore } from "react";

/** Whether the service still knows who asks; `epoch` counts how often somebody signed in, for streams to begin anew. */
interface Session {
  ended: boolean;
  epoch: number;
}

const listeners = new Set<() => void>();
let session: Session = { ended: false, epoch: 0 };

function set(changed: Session): void {
  session = changed;
  for (const listener of listeners) listener();
}

/** Note that the service asks to sign in: the page says so over what is on it, and nothing typed is lost. */
export function sessionEnded(): void {
  if (!session.ended) set({ ...session, ended: true });
}

export function signedIn(): void {
  set({ ended: false, epoch: session.epoch + 1 });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSession(): Session {
  return useSyncExternalStore(subscribe, () => session);
}
