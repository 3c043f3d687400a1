import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./Panel.module.css";

interface PanelProps {
  title: string;
  /** One line below the title. */
  about?: ReactNode;
  /** What can be done here, beside the title. */
  actions?: ReactNode;
  /** Where this was opened from. */
  back?: { href: string; name: string };
  children: ReactNode;
}

/** The frame of a panel: what it is, what can be done, and its content. */
export function Panel({ title, about, actions, back, children }: PanelProps) {
  return (
    <div className={styles.panel}>
      {back && (
        <a href={back.href} className={styles.back}>
          <ArrowLeft size={16} aria-hidden />
          {back.name}
        </a>
      )}
      <header className={styles.header}>
        <h2>{title}</h2>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {about && <p className={styles.about}>{about}</p>}
      {children}
    </div>
  );
}
