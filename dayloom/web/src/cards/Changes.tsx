import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Change } from "../conversation/thread";
import { Button } from "../ui/Button";
import styles from "./Card.module.css";
import { useWall } from "./wall";

const FEW = 6;

/** What differs, as a person reads it: day by day the task, where it goes, where it was, and why. */
export function Changes({ changes, few = false }: { changes: readonly Change[]; few?: boolean }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(!few);
  const days = useDays(all ? changes : changes.slice(0, FEW));
  const reason = sharedReason(changes);
  return (
    <div className={styles.days}>
      {reason && <p className={styles.why}>{t("cards.each", { reason })}</p>}
      {days.map(([day, those]) => (
        <section key={day}>
          <h4>{day}</h4>
          <ul>
            {those.map((change) => (
              <ChangeLine
                key={`${change.task_id}-${change.after?.start ?? change.before?.start}`}
                change={change}
                alike={reason !== null}
              />
            ))}
          </ul>
        </section>
      ))}
      {few && changes.length > FEW && (
        <Button kind="quiet" onPress={() => setAll(!all)}>
          {all ? t("cards.showLess") : t("cards.showAll", { count: changes.length })}
        </Button>
      )}
    </div>
  );
}

/** The reason that all of several changes have: it is said once. */
function sharedReason(changes: readonly Change[]): string | null {
  const [first, ...others] = changes;
  return first?.reason && others.length > 0 && others.every(({ reason }) => reason === first.reason)
    ? first.reason
    : null;
}

function useDays(changes: readonly Change[]): [string, Change[]][] {
  const { t } = useTranslation();
  const { day } = useWall();
  const days = new Map<string, Change[]>();
  for (const change of changes) {
    const name = change.after ? day(change.after.start) : t("cards.unplace");
    days.set(name, [...(days.get(name) ?? []), change]);
  }
  return [...days];
}

function ChangeLine({ change, alike }: { change: Change; alike: boolean }) {
  const { t } = useTranslation();
  const { range, dayAndRange } = useWall();
  const { after, before, kind } = change;
  return (
    <li className={styles.change} data-kind={kind}>
      <span className={styles.time}>{after ? range(after) : "–"}</span>
      <span className={styles.what}>
        <span className={styles.title}>{change.title}</span>
        {kind !== "unplace" && <span className={styles.mark}>{t(`cards.${kind}`)}</span>}
        {before && <span className={styles.was}>{t("cards.was", { time: dayAndRange(before) })}</span>}
        {change.reason && !alike && <span className={styles.why}>{change.reason}</span>}
      </span>
    </li>
  );
}
