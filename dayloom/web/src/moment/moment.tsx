import { createContext, type ReactNode, useContext, useMemo, useState } from "react";

interface Moment {
  /** How many entries of the conversation have happened in what is shown; null shows the present. */
  at: number | null;
  setAt: (at: number | null) => void;
}

const MomentContext = createContext<Moment>({ at: null, setAt: () => undefined });

/** Which moment of the conversation the page shows: words and calendar move together. */
export function MomentProvider({ children }: { children: ReactNode }) {
  const [at, setAt] = useState<number | null>(null);
  const moment = useMemo(() => ({ at, setAt }), [at]);
  return <MomentContext value={moment}>{children}</MomentContext>;
}

export function useMoment(): Moment {
  return useContext(MomentContext);
}
