import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, type Schema } from "../api/client";

export type Item = Schema<"MemoryItem">;

export function useMemory() {
  return useQuery({ queryKey: ["memory"], queryFn: async () => (await api.GET("/memory")).data?.items });
}

/** Something a person does to what is remembered; a rule may bind plans, so that the limits are asked for anew too. */
export function useMemoryAct<Given, Found>(act: (given: Given) => Promise<Found>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => Promise.all(["memory", "limits"].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}
