import { useTranslation } from "react-i18next";
import { useTimes } from "../ui/times";
import type { Trace } from "./queries";
import styles from "./trace.module.css";

/** The sums of a run, child runs included. */
export function Totals({ trace: { totals, spans } }: { trace: Trace }) {
  const { t } = useTranslation();
  const { duration } = useTimes();
  const seconds = spans[0]?.seconds;
  const tokens = totals.prompt_tokens + totals.completion_tokens;
  const facts: [string, string | number | null][] = [
    [t("behind.trace.took"), seconds === null || seconds === undefined ? null : duration(seconds)],
    [t("behind.trace.modelCalls"), totals.model_calls],
    [t("behind.trace.toolCalls"), totals.tool_calls],
    [t("behind.trace.corrections"), totals.corrections || null],
    [t("behind.trace.tokens"), tokens ? tokens.toLocaleString() : null],
    [t("behind.trace.cost"), totals.cost === null || totals.cost === undefined ? null : sayCost(totals.cost)],
  ];
  return (
    <>
      <dl className={styles.totals}>
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      {totals.unpriced.length > 0 && (
        <p className={styles.soft}>{t("behind.trace.unpriced", { models: totals.unpriced.join(", ") })}</p>
      )}
    </>
  );
}

/** A cost has the currency of whoever wrote the prices down, which is not known here. */
export function sayCost(cost: number): string {
  return cost.toLocaleString(undefined, { maximumSignificantDigits: 3 });
}
