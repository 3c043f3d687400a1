import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleHelp,
  CircleX,
  Clock,
  Eye,
  LoaderCircle,
  type LucideIcon,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { useTimes } from "../ui/times";
import styles from "./jobs.module.css";
import { isUnderWay, type Job } from "./queries";
import { sayRecurrence } from "./recurrence";

const ICONS: Record<Job["status"], LucideIcon> = {
  pending: Clock,
  claimed: LoaderCircle,
  working: LoaderCircle,
  review: Eye,
  done: CircleCheck,
  failed: CircleX,
  blocked: CircleHelp,
  cancelled: Ban,
};

/** How a job stands: a sign and a word. */
export function Status({ job }: { job: Job }) {
  const { t } = useTranslation();
  const Icon = ICONS[job.status] ?? CircleAlert;
  return (
    <span className={styles.status} data-status={job.status}>
      <Icon size={16} aria-hidden />
      {t(`behind.jobs.states.${job.status}`)}
    </span>
  );
}

/** How often a job is due, and when next. */
export function useWhen(job: Job): string {
  const { t, i18n } = useTranslation();
  const { moment } = useTimes();
  const next = () => {
    if (isUnderWay(job)) return t("behind.jobs.since", { at: moment(job.attempts.at(-1)?.started ?? job.updated) });
    if (job.status === "working" && job.due) return t("behind.jobs.nextTry", { at: moment(job.due) });
    if (job.status === "pending")
      return job.due ? t("behind.jobs.due", { at: moment(job.due) }) : t("behind.jobs.byHand");
    return moment(job.completed_at ?? job.updated);
  };
  return [job.recurrence && sayRecurrence(job.recurrence, t, i18n.language), next()].filter(Boolean).join(" · ");
}
