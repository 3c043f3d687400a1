import { useTranslation } from "react-i18next";
import type { en } from "../i18n/en";
import styles from "./Rows.module.css";
import type { Tool } from "./rows";

type Known = keyof typeof en.conversation.tools;

/** What the agent did between its words, folded into one line in people's words; it opens to what each came to. */
export function Tools({ tools }: { tools: Tool[] }) {
  const { t, i18n } = useTranslation();
  const nameOf = ({ name }: Tool) =>
    t(i18n.exists(`conversation.tools.${name}`) ? `conversation.tools.${name as Known}` : "conversation.tools.other");
  const names = [...new Set(tools.map(nameOf))];
  return (
    <details className={styles.tools}>
      <summary>{new Intl.ListFormat(i18n.language, { type: "unit" }).format(names)}</summary>
      <ol>
        {tools.map((tool) => (
          <li key={tool.call_id}>
            {nameOf(tool)}
            {tool.refused && ` (${t("conversation.refused")})`}
            <p>{tool.text}</p>
          </li>
        ))}
      </ol>
    </details>
  );
}
