import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { api } from "../api/client";
import type { Asked } from "../tasks/dialogs";
import type { Task } from "./grid";

const TaskDialogs = lazy(async () => ({ default: (await import("../tasks/dialogs")).TaskDialogs }));

interface AskedTaskProps {
  what: Asked["what"];
  task: Task;
  onClose: () => void;
}

/** A dialog of the list of tasks about what stands for it in the draft. */
export function AskedTask({ what, task, onClose }: AskedTaskProps) {
  const { data } = useQuery({
    queryKey: ["tasks", task.source_id],
    queryFn: async () => (await api.GET("/tasks/{task_id}", { params: { path: { task_id: task.source_id } } })).data,
  });
  return <Suspense>{data && <TaskDialogs asked={{ what, task: data }} onClose={onClose} />}</Suspense>;
}
