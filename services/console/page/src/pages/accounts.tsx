import { may } from '../api/session';
import { Notice, PageTitle } from '../parts/basics';
import { t } from '../texts';
import { AccountList } from './account_list';
import { TokenList } from './token_list';

export function AccountsPage() {
    const a = t().accounts;
    return (
        <>
            <PageTitle title={a.title} />
            {may('admin') ? (
                <>
                    <AccountList />
                    <TokenList />
                </>
            ) : (
                <Notice kind="warn">{a.admin_only}</Notice>
            )}
        </>
    );
}
