import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { newId } from "../api/id";
import { useThread } from "../conversation/thread";
import { toast, toastError } from "../ui/toasts";
import { type Preview, previewKey } from "./draft";

/** From the draft into the calendar, and back. */
export function useCommits() {
  const { id } = useThread();
  const queries = useQueryClient();
  const { t } = useTranslation();

  function request() {
    const version = queries.getQueryData<Preview>(previewKey(id))?.schedule.version ?? 0;
    return {
      // Repeated by the network, the same key is good for one write.
      params: { path: { thread_id: id ?? "" }, header: { "Idempotency-Key": newId() } },
      body: { state_version: version },
    };
  }

  async function follow() {
    const keys = [previewKey(id), ["calendar"], ["tasks"], ["replay", id]];
    await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
  }

  const undo = useMutation({
    mutationFn: async () => (await api.POST("/threads/{thread_id}/undo", request())).data,
    onSuccess: (outcome) => toast({ text: t("calendar.apply.undone", { count: outcome?.changes.length ?? 0 }) }),
    onError: toastError,
    onSettled: follow,
  });
  const apply = useMutation({
    mutationFn: async () => (await api.POST("/threads/{thread_id}/apply", request())).data,
    onSuccess: async (outcome) => {
      await follow();
      toast({
        text: t("calendar.apply.done", { count: outcome?.changes.length ?? 0 }),
        action: { name: t("calendar.apply.undo"), act: () => undo.mutate() },
      });
    },
    onError: (error) => {
      toastError(error);
      void follow();
    },
  });
  return { apply, undo };
}
