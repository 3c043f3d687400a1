import { Ellipsis, Pencil, ShieldCheck } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, bodyOf } from "../api/client";
import { useRoute } from "../app/route";
import { IconButton } from "../ui/Button";
import { Menu } from "../ui/Menu";
import { toast, toastError } from "../ui/toasts";
import { surenessOf } from "./confidence";
import { EditItem } from "./EditItem";
import { Grounds } from "./Grounds";
import styles from "./memory.module.css";
import { Promote } from "./Promote";
import { type Item, useMemoryAct } from "./queries";

/** One thing that is remembered: the rule, when it holds, how sure it is, where it came from. */
export function ItemCard({ item }: { item: Item }) {
  const { t } = useTranslation();
  const isOpen = useRoute().item === item.id;
  const card = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isOpen) card.current?.scrollIntoView({ block: "center" });
  }, [isOpen]);
  const own = item.origin === "person" || item.origin === "feedback";
  return (
    <li ref={card} className={styles.card} data-open={isOpen || undefined}>
      <div className={styles.head}>
        <Rule item={item} />
        {own && <Actions item={item} />}
      </div>
      {item.condition && <p className={styles.soft}>{t("behind.memory.when", { condition: item.condition })}</p>}
      <p className={styles.marks}>
        <span className={styles.mark}>{t(`behind.memory.sureness.${surenessOf(item.confidence)}`)}</span>
        {Object.keys(item.limits ?? {}).length > 0 && (
          <span className={styles.binds}>
            <ShieldCheck size={14} aria-hidden />
            {t("behind.memory.binds")}
          </span>
        )}
      </p>
      <Grounds item={item} />
    </li>
  );
}

/** The rule in full; the steps of a skill are folded below its name. */
function Rule({ item }: { item: Item }) {
  const { t } = useTranslation();
  if (item.kind === "experience") return <p className={styles.rule}>{item.rule}</p>;
  return (
    <div>
      <p className={styles.rule}>{item.name?.replaceAll("-", " ")}</p>
      <details>
        <summary>{t("behind.memory.how")}</summary>
        <p className={styles.steps}>{item.rule}</p>
      </details>
    </div>
  );
}

function Actions({ item }: { item: Item }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<"edit" | "promote" | null>(null);
  const remove = useRemove(item);
  const more = [
    ...(item.kind === "experience"
      ? [{ key: "promote", name: t("behind.memory.promote"), act: () => setOpen("promote") }]
      : []),
    { key: "delete", name: t("app.delete"), act: remove },
  ];
  return (
    <div className={styles.actions}>
      <IconButton
        icon={Pencil}
        label={t("behind.memory.editOf", { rule: item.rule })}
        onPress={() => setOpen("edit")}
      />
      <Menu icon={Ellipsis} label={t("behind.memory.moreOf", { rule: item.rule })} items={more} />
      {open === "edit" && <EditItem item={item} onClose={() => setOpen(null)} />}
      {open === "promote" && <Promote item={item} onClose={() => setOpen(null)} />}
    </div>
  );
}

/** Delete it, with the way back. */
function useRemove(item: Item): () => void {
  const { t } = useTranslation();
  const path = { params: { path: { item_id: item.id } } };
  const remove = useMemoryAct(() => api.DELETE("/memory/{item_id}", path));
  const restore = useMemoryAct(async () => {
    const { rule, condition, evidence, confidence } = item;
    const again = await api.POST("/memory", { body: bodyOf<"MemoryNew">({ rule, condition, evidence, confidence }) });
    if (!item.name || !again.data) return;
    const anew = { params: { path: { item_id: again.data.id } }, body: { name: item.name } };
    await api.POST("/memory/{item_id}/promote", anew);
  });
  const undo = { name: t("behind.memory.undo"), act: () => restore.mutate(undefined, { onError: toastError }) };
  return () =>
    remove.mutate(undefined, {
      onError: toastError,
      onSuccess: () => toast({ text: t("behind.memory.deleted", { rule: item.rule }), action: undo }),
    });
}
