import { useTranslation } from "react-i18next";
import { useTimes } from "../ui/times";
import { AboutStep } from "./AboutStep";
import { FeedbackForm } from "./FeedbackForm";
import { ICONS } from "./kinds";
import type { Step } from "./steps";
import { sayCost } from "./Totals";
import { Outcome } from "./TraceTree";
import styles from "./trace.module.css";

/** What one step was, and what the person thinks of it. */
export function StepDetail({ step }: { step: Step }) {
  const { span } = step;
  const Icon = ICONS[span.kind];
  return (
    <section aria-label={span.title} className={styles.detail}>
      <h3>
        <Icon size={18} aria-hidden className={styles.sign} />
        {span.title}
        <Outcome status={span.status} />
      </h3>
      <Facts step={step} />
      <AboutStep about={span.about} />
      {span.kind !== "feedback" && <FeedbackForm step={step} />}
    </section>
  );
}

function Facts({ step: { span } }: { step: Step }) {
  const { t } = useTranslation();
  const { clock, duration } = useTimes();
  const { prompt_tokens: asked, completion_tokens: said } = span.usage;
  const facts = [
    t("behind.trace.at", { at: clock(span.begun) }),
    typeof span.seconds === "number" && t("behind.trace.tookSo", { long: duration(span.seconds) }),
    (asked > 0 || said > 0) && t("behind.trace.usage", { asked: asked.toLocaleString(), said: said.toLocaleString() }),
    typeof span.cost === "number" && t("behind.trace.costSo", { cost: sayCost(span.cost) }),
  ];
  return <p className={styles.soft}>{facts.filter(Boolean).join(" · ")}</p>;
}
