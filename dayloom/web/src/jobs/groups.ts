import type { Job } from "./queries";

/** How jobs are grouped: first what needs the person. */
export const GROUPS = ["review", "blocked", "running", "waiting", "failed", "done", "cancelled"] as const;
export type Group = (typeof GROUPS)[number];

export function groupOf({ status }: Job): Group {
  if (status === "claimed" || status === "working") return "running";
  return status === "pending" ? "waiting" : status;
}
