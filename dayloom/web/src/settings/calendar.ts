import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, bodyOf } from "../api/client";

/** What came of reading a calendar; what could not be read is named by line, with a cure. */
export interface Imported {
  events: number;
  leftOut: string[];
}

/** Where a calendar comes from: a file, or an address that is read once, or every hour from now on. */
export type CalendarSource = { file: File } | { url: string; kept: boolean };

async function importFrom(source: CalendarSource): Promise<Imported> {
  const leftOut = "file" in source ? await importFile(source.file) : await importAddress(source);
  const events = (await api.GET("/settings")).data?.kept.events ?? 0;
  return { events, leftOut };
}

async function importFile(file: File): Promise<string[]> {
  const text = await file.text();
  const headers = { "content-type": "text/calendar" };
  const { data } = await api.PUT("/calendar", { body: text, bodySerializer: () => text, headers });
  return data?.left_out ?? [];
}

async function importAddress({ url, kept }: { url: string; kept: boolean }): Promise<string[]> {
  const { data } = await api.POST("/calendar/import", { body: { url } });
  if (kept) await api.POST("/jobs", { body: bodyOf<"JobCreate">({ example: "calendar-address", source: url }) });
  return data?.left_out ?? [];
}

export function useImport() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: importFrom,
    onSuccess: () =>
      Promise.all(
        ["calendar", "week", "settings", "jobs"].map((key) => queries.invalidateQueries({ queryKey: [key] })),
      ),
  });
}
