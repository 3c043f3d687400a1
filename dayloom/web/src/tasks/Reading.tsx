import { useTranslation } from "react-i18next";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";
import styles from "./AddTasks.module.css";
import { lineOf } from "./draft";
import type { useReading } from "./reading";
import type { TaskFields } from "./task";
import { useTaskWords } from "./words";

const SHOWN = 50;

interface ReadingProps {
  reading: ReturnType<typeof useReading>;
  /** Go to a line of what was typed. */
  goTo: (line: number) => void;
}

/** How a list is read: what would be kept, what cannot be read and where, and what was assumed. */
export function Reading({ reading, goTo }: ReadingProps) {
  const { t } = useTranslation();
  const { about } = useTaskWords();
  const { data, error } = reading;
  if (error) return <Notice kind="problem">{error.message}</Notice>;
  if (!data) return <p className={styles.waiting}>{t("tasks.add.reading")}</p>;
  const more = data.tasks.length - SHOWN;
  return (
    <div className={styles.reading} aria-live="polite" aria-busy={reading.isBehind}>
      {data.tasks.length > 0 && (
        <ul aria-label={t("tasks.add.readAs")}>
          {data.tasks.slice(0, SHOWN).map(({ where, task }) => (
            <li key={where}>
              <span className={styles.title}>{(task as TaskFields).title}</span>
              <span className={styles.about}>{about(task as TaskFields).join(" · ")}</span>
            </li>
          ))}
          {more > 0 && <li className={styles.about}>{t("tasks.add.more", { count: more })}</li>}
        </ul>
      )}
      {data.left_out.length > 0 && (
        <Notice kind="problem">
          <p>{t("tasks.add.leftOut", { count: data.left_out.length })}</p>
          <ul>
            {data.left_out.map((left) => (
              <LeftOut key={`${left.title} ${left.detail}`} left={left} goTo={goTo} />
            ))}
          </ul>
        </Notice>
      )}
      {data.notes.length > 0 && (
        <details className={styles.notes}>
          <summary>{t("tasks.add.notes", { count: data.notes.length })}</summary>
          <ul>
            {data.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function LeftOut({
  left,
  goTo,
}: {
  left: { title: string; reason: string; detail: string };
  goTo: (line: number) => void;
}) {
  const { t } = useTranslation();
  const line = lineOf(left.detail);
  return (
    <li className={styles.wrong}>
      <span>{left.detail || `${left.title}: ${left.reason}`}</span>
      {line !== null && (
        <Button kind="quiet" onPress={() => goTo(line)}>
          {t("tasks.add.goTo", { line })}
        </Button>
      )}
    </li>
  );
}
