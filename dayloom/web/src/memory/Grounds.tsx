import { useTranslation } from "react-i18next";
import { hrefOf } from "../app/route";
import { useTimes } from "../ui/times";
import styles from "./memory.module.css";
import type { Item } from "./queries";

// What the service writes down of feedback; the person gave it, so that it is told in their words.
const FEEDBACK = /^(positive|negative|neutral|correction) feedback \S+ on run \S+$/;
const ON_STEP = /^(positive|negative|neutral|correction) feedback \S+ on run \S+, span \d+$/;

/** Where it came from, with the way there, and what speaks for it. */
export function Grounds({ item }: { item: Item }) {
  const { t } = useTranslation();
  const { moment } = useTimes();
  const at = item.created ? moment(item.created) : "";
  const evidence = item.evidence.map((line) => {
    const said = FEEDBACK.exec(line) ?? ON_STEP.exec(line);
    return said ? t(`behind.memory.said.${said[1] as "positive"}`) : line;
  });
  return (
    <div className={styles.soft}>
      <p>
        {t(`behind.memory.origins.${item.origin}`, { at, source: item.source })}{" "}
        {item.thread && (
          <a href={hrefOf({ thread: item.thread, panel: "trace", item: item.source })}>{t("behind.memory.toRun")}</a>
        )}
      </p>
      {evidence.length > 0 && <p>{t("behind.memory.evidence", { evidence: [...new Set(evidence)].join("; ") })}</p>}
    </div>
  );
}
