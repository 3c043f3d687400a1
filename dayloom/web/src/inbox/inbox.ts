import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, type Schema } from "../api/client";

export type Message = Schema<"Message">;

export function useInbox() {
  return useQuery({ queryKey: ["inbox"], queryFn: async () => (await api.GET("/inbox")).data });
}

/** Mark a message as read or not, or delete it. */
export function useMessageChange() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, read }: { id: string; read: boolean | null }): Promise<void> => {
      const params = { path: { message_id: id } };
      if (read === null) await api.DELETE("/inbox/{message_id}", { params });
      else await api.PATCH("/inbox/{message_id}", { params, body: { read } });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["inbox"] }),
  });
}
