import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "../api/client";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Loaded, Notice, Refusal } from "../ui/Notice";
import { toast } from "../ui/toasts";
import styles from "./Settings.module.css";

/** Where the person is told beside the inbox. */
export function Contact() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["contact"], queryFn: async () => (await api.GET("/contact")).data });
  return (
    <section className={styles.block}>
      <h3>{t("settings.contact.title")}</h3>
      <p className={styles.about}>{t("settings.contact.about")}</p>
      <Loaded query={query}>{(contact) => <ContactForm contact={contact} />}</Loaded>
    </section>
  );
}

function ContactForm({ contact }: { contact: Schema<"ContactJson"> }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [email, setEmail] = useState(contact.email ?? "");
  const [webhook, setWebhook] = useState(contact.webhook ?? "");
  const save = useMutation({
    mutationFn: async () =>
      (await api.PUT("/contact", { body: { email: email.trim() || null, webhook: webhook.trim() || null } })).data,
    onSuccess: (saved) => {
      queries.setQueryData(["contact"], saved);
      toast({ text: t("settings.contact.saved") });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className={styles.block} onSubmit={submit} noValidate>
      <Field label={t("settings.contact.email")} type="email" value={email} onChange={setEmail} />
      <Field
        label={t("settings.contact.webhook")}
        hint={t("settings.contact.webhookHint")}
        type="url"
        value={webhook}
        onChange={setWebhook}
      />
      <Refusal error={save.error} />
      {save.data?.secret && (
        <Notice>
          <p>{t("settings.contact.secret")}</p>
          <code className={styles.address}>{save.data.secret}</code>
        </Notice>
      )}
      <Button type="submit" isPending={save.isPending}>
        {t("app.save")}
      </Button>
    </form>
  );
}
