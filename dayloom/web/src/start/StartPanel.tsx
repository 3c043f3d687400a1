import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { ImportCalendar } from "../settings/ImportCalendar";
import { AddTasks } from "../tasks/AddTasks";
import { Button } from "../ui/Button";
import { Refusal } from "../ui/Notice";
import { Panel } from "../ui/Panel";
import { useSettings } from "../ui/times";
import { toast } from "../ui/toasts";
import { Ask } from "./Ask";
import { STEPS, type Step, setProgress, useProgress } from "./progress";
import styles from "./Start.module.css";

/** An empty account is led to its first plan: the calendar, the tasks, and a sentence. */
export default function StartPanel() {
  const { t } = useTranslation();
  const { step } = useProgress();
  const kept = useSettings().data?.kept ?? { events: 0, tasks: 0 };
  const isEmpty = kept.events + kept.tasks === 0;
  // What is brought in fills the account; the way goes on all the same.
  useEffect(() => setProgress({ begun: true }), []);
  return (
    <Panel
      title={t("start.title")}
      about={t("start.about")}
      actions={
        <Button kind="quiet" onPress={() => setProgress({ left: true })}>
          {t("start.close")}
        </Button>
      }
    >
      {isEmpty && <Sample />}
      <Way step={step} kept={kept} />
      <StepContent key={step} step={step} kept={kept} />
    </Panel>
  );
}

interface Kept {
  events: number;
  tasks: number;
}

function Way({ step, kept }: { step: Step; kept: Kept }) {
  const { t } = useTranslation();
  const here = { calendar: kept.events, tasks: kept.tasks, ask: 0 };
  return (
    <ol className={styles.way}>
      {STEPS.map((one, index) => (
        <li key={one}>
          <button
            type="button"
            aria-current={one === step ? "step" : undefined}
            onClick={() => setProgress({ step: one })}
          >
            <span className={styles.number}>{here[one] > 0 ? <Check size={16} aria-hidden /> : index + 1}</span>
            {t(`start.steps.${one}`)}
            {here[one] > 0 && <span className={styles.here}>{t("start.here", { count: here[one] })}</span>}
          </button>
        </li>
      ))}
    </ol>
  );
}

function StepContent({ step, kept }: { step: Step; kept: Kept }) {
  const { t } = useTranslation();
  const number = STEPS.indexOf(step) + 1;
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) heading.current?.focus();
    first.current = false;
  });
  const [before, after] = [STEPS[number - 2], STEPS[number]];
  const isDone = step === "calendar" ? kept.events > 0 : kept.tasks > 0;
  return (
    <section className={styles.step} aria-labelledby="start-step">
      <h3 id="start-step" ref={heading} tabIndex={-1}>
        {t("start.step", { number, count: STEPS.length, name: t(`start.steps.${step}`) })}
      </h3>
      <p className={styles.about}>{t(`start.${step}About`)}</p>
      {step === "calendar" && <ImportCalendar />}
      {step === "tasks" && <AddTasks />}
      {step === "ask" && <Ask />}
      <div className={styles.actions}>
        {before && <Button onPress={() => setProgress({ step: before })}>{t("start.back")}</Button>}
        {after && (
          <Button kind={isDone ? "primary" : "plain"} onPress={() => setProgress({ step: after })}>
            {t(isDone ? "start.next" : "start.skip")}
          </Button>
        )}
      </div>
    </section>
  );
}

/** A week to look around in, with one click. */
function Sample() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const sample = useMutation({
    mutationFn: async () => (await api.POST("/sample")).data,
    onSuccess: async (week) => {
      await queries.invalidateQueries();
      setProgress({ step: "ask" });
      if (week) toast({ text: t("start.sample.kept", { events: week.events, tasks: week.tasks.length }) });
    },
  });
  return (
    <section className={styles.sample}>
      <p className={styles.about}>
        <strong>{t("start.sample.title")}</strong> {t("start.sample.about")}
      </p>
      <Button onPress={() => sample.mutate()} isDisabled={sample.isPending}>
        {t("start.sample.do")}
      </Button>
      <Refusal error={sample.error} />
    </section>
  );
}
