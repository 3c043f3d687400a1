import { useQuery } from "@tanstack/react-query";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "../api/client";
import { useThread } from "../conversation/thread";
import { useClock } from "./clock";
import { previewKey } from "./draft";
import type { Schedule, Task } from "./grid";
import type { Place } from "./moves";
import { violationWords } from "./refusal";
import styles from "./WhatIf.module.css";

interface WhatIfProps {
  task: Task;
  schedule: Schedule;
  to: NonNullable<Place>;
}

/** What would come of a task at another time; nothing is kept. */
export function WhatIf({ task, schedule, to }: WhatIfProps) {
  const { id } = useThread();
  const found = useQuery({
    queryKey: [...previewKey(id), "try", task.id, to.day, to.slot_start],
    enabled: id !== null,
    queryFn: async () => {
      const params = { path: { thread_id: id ?? "" } };
      const body = [{ task_id: task.id, ...to }];
      return (await api.POST("/threads/{thread_id}/preview/try", { params, body })).data;
    },
  });
  const words = useWords(found.data, schedule);
  const Icon = found.data?.fits ? CircleCheck : TriangleAlert;
  return (
    <div role="status" className={styles.what}>
      {found.data && <Icon size={16} aria-hidden />}
      <ul>
        {words.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}

function useWords(tried: Schema<"TriedEdit"> | undefined, schedule: Schedule): string[] {
  const { t } = useTranslation();
  const clock = useClock();
  if (!tried) return [];
  if (!tried.fits) return [...new Set(tried.violations.map((one) => violationWords(one, schedule, t, clock)))];
  if (tried.changes.length === 0) return [t("calendar.whatif.same")];
  const late = tried.late.map((id) => schedule.tasks.find((task) => task.id === id)?.title ?? "");
  return [
    t("calendar.whatif.fits"),
    ...evenness(tried.load).map((name) => t(`calendar.whatif.${name}`)),
    ...tried.warnings,
    ...late.map((title) => t("calendar.whatif.late", { title })),
  ];
}

/** Whether the days would be more or less even than they are. */
export function evenness(load: Schema<"Objective"> | null | undefined): ("even" | "more" | "less")[] {
  if (!load) return [];
  const difference = load.after - load.before;
  return [Math.abs(difference) < 1e-9 ? "even" : difference < 0 ? "more" : "less"];
}
