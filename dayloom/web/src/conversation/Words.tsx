import { lazy, Suspense } from "react";
import styles from "./Rows.module.css";

const Markdown = lazy(() => import("./Markdown"));

/** What the agent says; plain until what reads Markdown is there. */
export function Words({ text }: { text: string }) {
  return (
    <div className={styles.text}>
      <Suspense fallback={<p className={styles.plain}>{text}</p>}>
        <Markdown text={text} />
      </Suspense>
    </div>
  );
}
