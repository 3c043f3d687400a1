import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { api, type Schema } from "../api/client";
import { newId } from "../api/id";
import { type Draft, NOTHING } from "./draft";

export type ReadTasks = Schema<"ReadTasks">;

let held: Draft = NOTHING;
const listeners = new Set<() => void>();

function setDraft(draft: Draft) {
  held = draft;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What is typed and not kept yet; it stays while another panel is looked at. */
export function useDraft() {
  return { draft: useSyncExternalStore(subscribe, () => held), setDraft };
}

/** How the service reads a list, a moment after the last key. `isBehind` while what is shown is of an older text. */
export function useReading(draft: Draft) {
  const settled = useSettled(draft, 250);
  const query = useQuery({
    queryKey: ["reading", settled.form, settled.text],
    enabled: Boolean(settled.text.trim()),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    queryFn: async () => (await api.POST("/tasks/read", asBody(settled))).data,
  });
  return {
    data: query.data,
    error: query.error,
    isBehind: settled !== draft || query.isPlaceholderData || query.isFetching,
  };
}

/** Keep a list; the same list sent twice, because an answer was lost, is kept once. */
export function useKeep() {
  const sent = useRef<{ draft: Draft; key: string } | null>(null);
  return useMutation({
    mutationFn: async (draft: Draft) => {
      if (sent.current?.draft !== draft) sent.current = { draft, key: newId() };
      const { data } = await api.POST("/tasks", {
        ...asBody(draft),
        params: { header: { "Idempotency-Key": sent.current.key } },
      });
      return data as Schema<"AddedTasks">;
    },
  });
}

/** A list goes over as it was written, and says in which form. */
function asBody({ text, form }: Draft) {
  return { body: text as never, bodySerializer: () => text, headers: { "content-type": form } };
}

function useSettled<Value>(value: Value, delay: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delay);
    return () => clearTimeout(timer);
  }, [value, delay]);
  return settled;
}
