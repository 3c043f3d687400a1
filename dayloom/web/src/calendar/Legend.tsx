import { useTranslation } from "react-i18next";
import { useClock, wallAt } from "./clock";
import entryStyles from "./Entry.module.css";
import type { EntryKind } from "./entries";
import { ICON_OF, type IconName } from "./icons";
import styles from "./Legend.module.css";
import type { Week } from "./week";

const KINDS: readonly EntryKind[] = ["event", "applied", "suggested", "proposed", "ghost"];
const MARKS = ["locked", "overdue", "late", "risk", "recent", "done", "asked"] as const;

/** What each icon, border and shade means; also what is shaded, in words. */
export function Legend({ week }: { week: Week }) {
  const { t } = useTranslation();
  const said = useShadeWords(week);
  return (
    <details className={styles.legend}>
      <summary>{t("calendar.legend")}</summary>
      <ul className={styles.list}>
        {KINDS.map((kind) => (
          <li key={kind} className={`${styles.sample} ${entryStyles[kind]}`}>
            <Mark name={kind} word={t(`calendar.kinds.${kind}`)} />
          </li>
        ))}
        {MARKS.map((mark) => (
          <li key={mark} className={styles.sample}>
            <Mark name={mark} word={t(`calendar.marks.${mark}`)} />
          </li>
        ))}
        {(["free", "closed", "outside"] as const).map((kind) => (
          <li key={kind} className={`${styles.sample} ${entryStyles[kind]}`}>
            {t(`calendar.shades.${kind}`)}
          </li>
        ))}
        <li className={`${styles.sample} ${styles.pause}`}>{t("calendar.shades.pause")}</li>
      </ul>
      {said.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </details>
  );
}

function Mark({ name, word }: { name: IconName; word: string }) {
  const Icon = ICON_OF[name];
  return (
    <>
      <Icon size={14} aria-hidden />
      {word}
    </>
  );
}

/** The hours of the shown days that are shaded, in words. */
function useShadeWords({ shades }: Week): string[] {
  const { t } = useTranslation();
  const clock = useClock();
  return shades
    .filter((shade) => shade.kind !== "outside")
    .map(({ kind, start, end }) => {
      const close = end === wallAt(start.slice(0, 10), 1440) ? "24:00" : clock.time(end);
      return `${t(`calendar.shades.${kind}`)}: ${clock.day(start)}, ${clock.time(start)}–${close}`;
    });
}
