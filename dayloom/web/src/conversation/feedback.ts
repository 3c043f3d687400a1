import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, bodyOf, type Schema } from "../api/client";
import { go } from "../app/route";
import { toast, toastError } from "../ui/toasts";
import { useThread } from "./thread";

/** Say what was right or wrong of a run; what is remembered because of it is told. */
export function useFeedback(run: string) {
  const { t } = useTranslation();
  const { id } = useThread();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (said: Partial<Schema<"FeedbackNew">>) => {
      const path = { thread_id: id ?? "", run_id: run };
      const body = bodyOf<"FeedbackNew">(said);
      return (await api.POST("/threads/{thread_id}/runs/{run_id}/feedback", { params: { path }, body })).data;
    },
    onSuccess: (kept) => {
      const rule = kept?.learned?.rule;
      const show = { name: t("conversation.feedback.show"), act: () => go({ panel: "memory" }) };
      toast(
        rule
          ? { text: t("conversation.feedback.learned", { rule }), action: show }
          : { text: t("conversation.feedback.given") },
      );
      for (const key of ["replay", "memory", "trace"]) void queries.invalidateQueries({ queryKey: [key] });
    },
    onError: toastError,
  });
}
