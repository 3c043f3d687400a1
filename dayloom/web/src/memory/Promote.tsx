import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Field } from "../ui/Field";
import { Refusal } from "../ui/Notice";
import styles from "./memory.module.css";
import { type Item, useMemoryAct } from "./queries";

/** A dialog that makes a skill of an experience, by giving it a name. */
export function Promote({ item, onClose }: { item: Item; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const promote = useMemoryAct(() =>
    api.POST("/memory/{item_id}/promote", { params: { path: { item_id: item.id } }, body: { name } }),
  );
  return (
    <Dialog title={t("behind.memory.promote")} isOpen onClose={onClose}>
      <Form
        className={styles.form ?? ""}
        onSubmit={(event) => {
          event.preventDefault();
          promote.mutate(undefined, { onSuccess: onClose });
        }}
      >
        <p>{item.rule}</p>
        <Field
          label={t("behind.memory.name")}
          hint={t("behind.memory.nameHint")}
          isRequired
          autoFocus
          value={name}
          onChange={setName}
        />
        <Refusal error={promote.error} />
        <footer className={styles.footer}>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button kind="primary" type="submit" isPending={promote.isPending}>
            {t("app.save")}
          </Button>
        </footer>
      </Form>
    </Dialog>
  );
}
