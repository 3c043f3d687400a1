import type { TFunction } from "i18next";
import { ApiProblem, type Schema } from "../api/client";
import { type ClockWords, wallOf } from "./clock";
import type { Schedule } from "./grid";

type Violation = Schema<"Violation">;

const SAID = [
  "overlap",
  "host_taken",
  "straddles_host",
  "deadline",
  "locked",
  "wrong_status",
  "outside_window",
  "out_of_range",
  "not_allowed_day",
  "pause",
] as const;

const BY_CODE = {
  match_failed: "newer",
  card_open: "card",
  thread_busy: "busy",
  workspace_busy: "busy",
} as const;

/** Why a drop was refused, as a person reads it: which rule it breaks and with what, or what has to come first. */
export function refusalOf(error: unknown, schedule: Schedule, t: TFunction, clock: ClockWords): string {
  if (!(error instanceof ApiProblem)) return error instanceof Error ? error.message : String(error);
  const code = BY_CODE[error.code as keyof typeof BY_CODE];
  if (code) return t(`calendar.refused.${code}`);
  const broken = (error.body.violations ?? []) as Violation[];
  const said = broken.map((one) => violationWords(one, schedule, t, clock));
  return said.length ? [...new Set(said)].join(" ") : error.message;
}

/** A rule that is in the way, in the person's language; what is rare, in the words of the service. */
export function violationWords(broken: Violation, schedule: Schedule, t: TFunction, clock: ClockWords): string {
  const kind = SAID.find((one) => one === broken.kind);
  const find = (id: number | null | undefined) => schedule.tasks.find((task) => task.id === id);
  const [task, other] = [find(broken.task_id), find(broken.other_task_id)];
  if (!kind || (kind === "overlap" && !other)) return broken.message;
  const due = task?.deadline ? wallOf(task.deadline, schedule.timezone) : "";
  return t(`calendar.refused.${kind}`, {
    other: other?.title ?? "",
    due: due ? `${clock.day(due)}, ${clock.time(due)}` : "",
  });
}
