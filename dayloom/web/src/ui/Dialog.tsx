import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { IconButton } from "./Button";
import styles from "./Dialog.module.css";

interface DialogProps {
  title: string;
  isOpen: boolean;
  /** Without it, it cannot be left but by what is in it. */
  onClose?: () => void;
  /** In the middle, or along the left side. */
  place?: "middle" | "side";
  children: ReactNode;
}

/** Something to settle before going on; Escape and a click beside it close it. */
export function Dialog({ title, isOpen, onClose, place = "middle", children }: DialogProps) {
  const { t } = useTranslation();
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose?.()}
      isDismissable={onClose !== undefined}
      isKeyboardDismissDisabled={onClose === undefined}
      className={`${styles.overlay} ${styles[place]}`}
    >
      <Modal className={styles.modal ?? ""}>
        <AriaDialog className={styles.dialog ?? ""}>
          <header className={styles.header}>
            <Heading slot="title">{title}</Heading>
            {onClose && <IconButton icon={X} label={t("app.close")} onPress={onClose} />}
          </header>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
