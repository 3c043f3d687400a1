import { useRoute } from "../app/route";
import { JobList } from "./JobList";
import { JobPage } from "./JobPage";

/** Background work: all of it, or one job. */
export default function JobsPanel() {
  const { item } = useRoute();
  return item ? <JobPage key={item} id={item} /> : <JobList />;
}
