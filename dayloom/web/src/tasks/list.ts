import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, type Schema } from "../api/client";
import type { Listed } from "./task";

/** Every task of the list, those that are over too. */
export function useTasks() {
  return useQuery({
    queryKey: ["tasks"],
    queryFn: async () => (await api.GET("/tasks", { params: { query: { ended: true } } })).data,
  });
}

export type TaskChange =
  | { what: "done"; took?: number }
  | { what: "drop" | "reopen" | "join" | "delete" }
  | { what: "split"; parts: Schema<"Parts"> }
  | { what: "change"; fields: Schema<"ChangedTask"> };

async function change({ id }: Pick<Listed, "id">, said: TaskChange): Promise<unknown> {
  const params = { path: { task_id: id } };
  switch (said.what) {
    case "done":
      return api.POST("/tasks/{task_id}/done", { params, body: said.took ? { took: said.took } : undefined });
    case "drop":
      return api.POST("/tasks/{task_id}/drop", { params });
    case "reopen":
      return api.POST("/tasks/{task_id}/reopen", { params });
    case "join":
      return api.POST("/tasks/{task_id}/join", { params });
    case "delete":
      return api.DELETE("/tasks/{task_id}", { params });
    case "split":
      return api.POST("/tasks/{task_id}/split", { params, body: said.parts });
    case "change":
      return api.PATCH("/tasks/{task_id}", { params, body: said.fields });
  }
}

/** Change one task; the list is asked for anew. */
export function useTaskChange() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ task, said }: { task: Pick<Listed, "id">; said: TaskChange }) => change(task, said),
    onSuccess: () => refreshTasks(queries),
  });
}

/** What depends on the list: the list itself, and whether the account is empty. */
export function refreshTasks(queries: ReturnType<typeof useQueryClient>): Promise<unknown> {
  return Promise.all(["tasks", "settings"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
}
