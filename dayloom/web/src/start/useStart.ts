import { useRoute } from "../app/route";
import { useSettings } from "../ui/times";
import { useProgress } from "./progress";

/** Whether the way to the first plan is shown in place of the week; null while that is not known. */
export function useStart(): boolean | null {
  const { thread } = useRoute();
  const { begun, left } = useProgress();
  const { data, isPending } = useSettings();
  if (thread !== null || left) return false;
  if (isPending) return null;
  return data !== undefined && (begun || data.kept.events + data.kept.tasks === 0);
}
