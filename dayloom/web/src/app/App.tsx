import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { I18nProvider } from "react-aria-components";
import { ApiProblem } from "../api/client";
import { useUserEvents } from "../api/live";
import { Conversation } from "../conversation/Conversation";
import { ThreadProvider } from "../conversation/thread";
import { MomentProvider } from "../moment/moment";
import { Replay } from "../moment/Replay";
import { Gate } from "../session/Gate";
import { Toasts } from "../ui/toasts";
import styles from "./App.module.css";
import { Header } from "./Header";
import { Panels } from "./Panels";
import { usePreferences } from "./preferences";
import { useRoute } from "./route";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // Changes are heard of by events, not by asking again.
      staleTime: 60_000,
      retry: (count, error) => count < 3 && !(error instanceof ApiProblem && error.status < 500),
    },
  },
});

/** The page: talk on the left, your week on the right; on a phone, one of them at a time. */
export function App() {
  const { language } = usePreferences();
  return (
    <QueryClientProvider client={queries}>
      <I18nProvider locale={language === "zh" ? "zh-CN" : "en-GB"}>
        <Gate>
          <Page />
        </Gate>
        <Toasts />
      </I18nProvider>
    </QueryClientProvider>
  );
}

function Page() {
  const { thread, panel } = useRoute();
  useUserEvents();
  return (
    <ThreadProvider key={thread ?? "new"} thread={thread}>
      <MomentProvider>
        <div className={styles.page} data-panel={panel}>
          <Header />
          <Replay />
          <main className={styles.main}>
            <Conversation />
            <Panels />
          </main>
        </div>
      </MomentProvider>
    </ThreadProvider>
  );
}
