import "@fontsource-variable/inter/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { followPreferences } from "./app/preferences";
import { startWords } from "./i18n";
import { ignoreStrayFiles } from "./ui/strayFiles";

followPreferences();
ignoreStrayFiles();
await startWords();
const page = document.getElementById("page");
if (page) {
  createRoot(page).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
