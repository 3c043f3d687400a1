import type { ReactNode } from "react";
import { Switch } from "react-aria-components";
import styles from "./Toggle.module.css";

interface ToggleProps {
  isSelected: boolean;
  onChange: (on: boolean) => void;
  /** What it does, in a sentence below it. */
  hint?: string;
  children: ReactNode;
}

/** Yes or no. */
export function Toggle({ isSelected, onChange, hint, children }: ToggleProps) {
  return (
    <Switch isSelected={isSelected} onChange={onChange} className={styles.toggle ?? ""}>
      <span className={styles.track} aria-hidden />
      <span>
        {children}
        {hint && <span className={styles.hint}>{hint}</span>}
      </span>
    </Switch>
  );
}
