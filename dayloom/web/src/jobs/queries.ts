import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, type Schema } from "../api/client";

export type Job = Schema<"JobJson">;
export type Attempt = Schema<"Attempt">;

export function useJobs() {
  return useQuery({ queryKey: ["jobs"], queryFn: async () => (await api.GET("/jobs")).data?.jobs });
}

// The lines of a log, and what a worker hands in, have no events of their own: while an attempt is under way and
// somebody looks at it, it is asked for.
const LOOK_AGAIN = 2_000;

export function useJob(id: string) {
  return useQuery({
    queryKey: ["jobs", id],
    queryFn: async () =>
      (await api.GET("/jobs/{job_id}", { params: { path: { job_id: id }, query: { expand: "all" } } })).data,
    refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? LOOK_AGAIN : false),
  });
}

export function useWorkers() {
  return useQuery({
    queryKey: ["jobs", "-", "workers"],
    queryFn: async () => (await api.GET("/workers")).data?.workers,
  });
}

/** Something a person does to jobs; what is shown of them is asked for anew, whether it worked or not. */
export function useJobAct<Given, Found>(act: (given: Given) => Promise<Found>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSettled: () => client.invalidateQueries({ queryKey: ["jobs"] }) });
}

export function isUnderWay(job: Job): boolean {
  const last = job.attempts.at(-1);
  return (job.status === "claimed" || job.status === "working") && last !== undefined && !last.outcome;
}

/** An attempt is under way, or about to begin. */
function isMoving(job: Job): boolean {
  const due = job.status === "pending" && job.due !== null && job.due !== undefined;
  return isUnderWay(job) || (due && Date.parse(job.due ?? "") <= Date.now());
}
