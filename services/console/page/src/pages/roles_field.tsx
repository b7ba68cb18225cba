import type { Role } from '../api/types';
import { t } from '../texts';

const kRoles: Role[] = ['read', 'edit', 'admin'];

/** Each role includes those before it, so one is chosen. */
export function RolesField({ value, change, error }: { value: Role; change: (role: Role) => void; error: string | null }) {
    const a = t().accounts;
    return (
        <fieldset class="field roles">
            <legend>{a.roles}</legend>
            {kRoles.map((role) => (
                <label key={role}>
                    <input
                        type="radio"
                        checked={value === role}
                        onChange={() => change(role)}
                    />
                    <span>
                        {role} <span class="muted">{a.role_hint[role]}</span>
                    </span>
                </label>
            ))}
            {error && (
                <p class="field-error" role="alert">
                    {error}
                </p>
            )}
        </fieldset>
    );
}

export function roles_up_to(role: Role): Role[] {
    return kRoles.slice(0, kRoles.indexOf(role) + 1);
}
