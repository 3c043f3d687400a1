import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, bodyOf } from "../api/client";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Choice, Field } from "../ui/Field";
import { Refusal } from "../ui/Notice";
import { confidenceOf, SURENESS, surenessOf } from "./confidence";
import styles from "./memory.module.css";
import { type Item, useMemoryAct } from "./queries";

interface EditItemProps {
  /** What is changed; null for something new. */
  item: Item | null;
  onClose: () => void;
}

/** A dialog that changes what is remembered, or adds to it. */
export function EditItem({ item, onClose }: EditItemProps) {
  const { t } = useTranslation();
  const [rule, setRule] = useState(item?.rule ?? "");
  const [condition, setCondition] = useState(item?.condition ?? "");
  const before = surenessOf(item?.confidence ?? 0.8);
  const [sureness, setSureness] = useState(before);
  const confidence = sureness === before && item ? item.confidence : confidenceOf(sureness);
  const save = useMemoryAct(async () => {
    const body = { rule, condition, confidence };
    if (!item) return api.POST("/memory", { body: bodyOf<"MemoryNew">(body) });
    return api.PATCH("/memory/{item_id}", { params: { path: { item_id: item.id } }, body });
  });
  return (
    <Dialog title={item ? t("behind.memory.change") : t("behind.memory.add")} isOpen onClose={onClose}>
      <Form
        className={styles.form ?? ""}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(undefined, { onSuccess: onClose });
        }}
      >
        <Field
          label={t("behind.memory.rule")}
          hint={t("behind.memory.ruleHint")}
          rows={3}
          isRequired
          autoFocus
          value={rule}
          onChange={setRule}
        />
        <Field
          label={t("behind.memory.condition")}
          hint={t("behind.memory.conditionHint")}
          value={condition}
          onChange={setCondition}
        />
        <Choice
          label={t("behind.memory.howSure")}
          value={sureness}
          onChange={setSureness}
          options={SURENESS.map(({ name }) => ({ key: name, name: t(`behind.memory.sureness.${name}`) }))}
        />
        <Refusal error={save.error} />
        <footer className={styles.footer}>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button kind="primary" type="submit" isPending={save.isPending}>
            {t("app.save")}
          </Button>
        </footer>
      </Form>
    </Dialog>
  );
}
