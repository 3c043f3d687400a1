import { Download, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/Button";
import { download } from "../ui/download";
import { Loaded, Notice } from "../ui/Notice";
import { Panel } from "../ui/Panel";
import { EditItem } from "./EditItem";
import { ItemCard } from "./ItemCard";
import styles from "./memory.module.css";
import { type Item, useMemory } from "./queries";

/** What is remembered: rules that were learned, and ways to do things. */
export default function MemoryPanel() {
  const { t } = useTranslation();
  const memory = useMemory();
  const [adding, setAdding] = useState(false);
  const actions = (
    <>
      <Button
        icon={Download}
        isDisabled={!memory.data?.length}
        onPress={() => download("memory.json", JSON.stringify(memory.data, null, 2), "application/json")}
      >
        {t("behind.memory.export")}
      </Button>
      <Button kind="primary" icon={Plus} onPress={() => setAdding(true)}>
        {t("behind.memory.add")}
      </Button>
    </>
  );
  return (
    <Panel title={t("app.panels.memory")} about={t("behind.memory.about")} actions={actions}>
      <Loaded query={memory}>{(items) => <Groups items={items} />}</Loaded>
      {adding && <EditItem item={null} onClose={() => setAdding(false)} />}
    </Panel>
  );
}

function Groups({ items }: { items: Item[] }) {
  const { t } = useTranslation();
  const experiences = items.filter((item) => item.kind === "experience");
  const skills = items.filter((item) => item.kind === "skill");
  return (
    <>
      <Group name={t("behind.memory.experiences")} items={experiences} />
      {experiences.length === 0 && <Notice>{t("behind.memory.none")}</Notice>}
      <Group name={t("behind.memory.skills")} items={skills} />
    </>
  );
}

function Group({ name, items }: { name: string; items: Item[] }) {
  if (!items.length) return null;
  return (
    <section aria-label={name} className={styles.group}>
      <h3>{name}</h3>
      <ul className={styles.list}>
        {items.map((item) => (
          <ItemCard key={item.id} item={item} />
        ))}
      </ul>
    </section>
  );
}
