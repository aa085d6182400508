import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Dialog as AriaDialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { useTranslation } from 'react-i18next'
import { Button, IconButton } from './button.tsx'
import './dialog.css'

type Props = {
  title: string
  isOpen: boolean
  onClose(): void
  children: ReactNode
  /** Buttons at the foot; the primary one last. */
  actions?: ReactNode
  size?: 'small' | 'medium' | 'large' | undefined
  /** Only for a decision that must be taken: neither Esc nor a click outside closes it. */
  isPersistent?: boolean | undefined
}

export function Dialog({ title, isOpen, onClose, children, actions, size = 'medium', isPersistent = false }: Props) {
  const { t } = useTranslation('ui')
  return (
    <ModalOverlay
      className="veil"
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={!isPersistent}
      isKeyboardDismissDisabled={isPersistent}
    >
      <Modal className="dialog-frame" data-size={size}>
        <AriaDialog className="dialog">
          <header className="dialog-head">
            <Heading slot="title" className="dialog-title">
              {title}
            </Heading>
            {!isPersistent && (
              <IconButton label={t('close')} icon={<X aria-hidden />} size="compact" onPress={onClose} />
            )}
          </header>
          <div className="dialog-body">{children}</div>
          {actions && <footer className="dialog-foot">{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

/** Before something that cannot be undone: says what will happen, in the words of the thing itself. */
export function ConfirmDialog({
  title,
  children,
  confirm,
  tone = 'danger',
  isOpen,
  isBlocked = false,
  onConfirm,
  onClose,
}: {
  title: string
  children: ReactNode
  /** The verb on the button, such as "Unpublish". */
  confirm: string
  tone?: 'danger' | 'primary' | undefined
  isOpen: boolean
  /** It cannot be done yet; the children say why. */
  isBlocked?: boolean | undefined
  onConfirm(): void
  onClose(): void
}) {
  const { t } = useTranslation('ui')
  return (
    <Dialog
      title={title}
      isOpen={isOpen}
      onClose={onClose}
      size="small"
      actions={
        <>
          <Button onPress={onClose} autoFocus={tone === 'danger' || isBlocked}>
            {t('cancel')}
          </Button>
          <Button
            variant={tone}
            autoFocus={tone === 'primary' && !isBlocked}
            isDisabled={isBlocked}
            onPress={() => {
              onClose()
              onConfirm()
            }}
          >
            {confirm}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  )
}
