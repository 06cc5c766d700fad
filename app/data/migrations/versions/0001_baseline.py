"""The whole schema as it first was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.data.append_only import statements

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table('audit_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('lane', sa.String(length=20), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_kind', sa.String(length=10), nullable=False),
    sa.Column('actor_id', sa.String(length=40), nullable=False),
    sa.Column('counter', sa.String(length=20), nullable=False),
    sa.Column('session', sa.String(length=16), nullable=False),
    sa.Column('action', sa.String(length=40), nullable=False),
    sa.Column('case_id', sa.String(length=32), nullable=True),
    sa.Column('persons', sa.JSON(), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=True),
    sa.Column('mac', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_event')),
    sa.UniqueConstraint('lane', 'position', name=op.f('uq_audit_event_lane_position'))
    )
    op.create_index(op.f('ix_audit_event_action'), 'audit_event', ['action'], unique=False)
    op.create_index(op.f('ix_audit_event_actor_id'), 'audit_event', ['actor_id'], unique=False)
    op.create_index(op.f('ix_audit_event_at'), 'audit_event', ['at'], unique=False)
    op.create_index(op.f('ix_audit_event_case_id'), 'audit_event', ['case_id'], unique=False)
    op.create_table('audit_head',
    sa.Column('lane', sa.String(length=20), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('mac', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('lane', name=op.f('pk_audit_head'))
    )
    op.create_table('building',
    sa.Column('row_key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('town_id', sa.String(length=7), nullable=False),
    sa.Column('lot', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kana', sa.Text(), nullable=False),
    sa.Column('postal_code', sa.String(length=7), nullable=False),
    sa.PrimaryKeyConstraint('row_key', name=op.f('pk_building'))
    )
    op.create_index('ix_building_town_id_lot', 'building', ['town_id', 'lot'], unique=False)
    op.create_table('content_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by', sa.String(length=40), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_content_version'))
    )
    op.create_table('counter',
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_counter')),
    sa.UniqueConstraint('title', name=op.f('uq_counter_title'))
    )
    op.create_table('feed_import',
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('staff_id', sa.String(length=40), nullable=False),
    sa.Column('applied', sa.Boolean(), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('rules', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('serial', name=op.f('pk_feed_import')),
    sa.UniqueConstraint('id', name=op.f('uq_feed_import_id'))
    )
    op.create_index(op.f('ix_feed_import_applied'), 'feed_import', ['applied'], unique=False)
    op.create_table('login_failure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.String(length=40), nullable=False),
    sa.Column('terminal', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_failure'))
    )
    op.create_index(op.f('ix_login_failure_at'), 'login_failure', ['at'], unique=False)
    op.create_index(op.f('ix_login_failure_staff_id'), 'login_failure', ['staff_id'], unique=False)
    op.create_table('lot',
    sa.Column('row_key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('town_id', sa.String(length=7), nullable=False),
    sa.Column('number', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('position', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.PrimaryKeyConstraint('row_key', name=op.f('pk_lot'))
    )
    op.create_index('ix_lot_town_id_position', 'lot', ['town_id', 'position'], unique=False)
    op.create_table('person',
    sa.Column('serial', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kana', sa.Text(), nullable=False),
    sa.Column('alias', sa.Text(), nullable=False),
    sa.Column('former_surname', sa.Text(), nullable=False),
    sa.Column('latin_name', sa.Text(), nullable=False),
    sa.Column('sex', sa.String(length=10), nullable=False),
    sa.Column('birth', sa.String(length=8), nullable=False),
    sa.Column('birth_text', sa.Text(), nullable=False),
    sa.Column('relationship', sa.Text(), nullable=False),
    sa.Column('household_number', sa.String(length=20), nullable=False),
    sa.Column('group_key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('group_position', sa.String(length=20), nullable=False),
    sa.Column('prefecture', sa.Text(), nullable=False),
    sa.Column('city', sa.Text(), nullable=False),
    sa.Column('town', sa.Text(), nullable=False),
    sa.Column('lot', sa.Text(), nullable=False),
    sa.Column('building', sa.Text(), nullable=False),
    sa.Column('postal_code', sa.Text(), nullable=False),
    sa.Column('protected', sa.Boolean(), nullable=False),
    sa.Column('nationality', sa.Text(), nullable=False),
    sa.Column('is_householder', sa.Boolean(), nullable=False),
    sa.Column('receipt_number', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('serial', name=op.f('pk_person')),
    sa.UniqueConstraint('id', name=op.f('uq_person_id')),
    sa.UniqueConstraint('number', name=op.f('uq_person_number'))
    )
    op.create_index(op.f('ix_person_group_key'), 'person', ['group_key'], unique=False)
    op.create_table('person_flag',
    sa.Column('data_set', sa.String(length=3), nullable=False),
    sa.Column('row_key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('person_number', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('valid_from', sa.String(length=8), nullable=False),
    sa.Column('valid_to', sa.String(length=8), nullable=False),
    sa.PrimaryKeyConstraint('data_set', 'row_key', name=op.f('pk_person_flag'))
    )
    op.create_index(op.f('ix_person_flag_person_number'), 'person_flag', ['person_number'], unique=False)
    op.create_table('protected_person',
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('ground', sa.String(length=10), nullable=False),
    sa.Column('source', sa.String(length=24), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('pending_since', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_protected_person'))
    )
    op.create_table('reception_serial',
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_reception_serial'))
    )
    op.create_table('register_row',
    sa.Column('data_set', sa.String(length=3), nullable=False),
    sa.Column('row_key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('person_number', sa.String(length=24), nullable=True),
    sa.Column('history', sa.Integer(), nullable=False),
    sa.Column('latest', sa.Boolean(), nullable=False),
    sa.Column('deleted', sa.Boolean(), nullable=False),
    sa.Column('gone', sa.Boolean(), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=16), nullable=False),
    sa.Column('form', sa.Integer(), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('import_serial', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('data_set', 'row_key', name=op.f('pk_register_row'))
    )
    op.create_index('ix_register_row_person_number_data_set', 'register_row', ['person_number', 'data_set'], unique=False)
    op.create_table('row_form',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('data_set', sa.String(length=3), nullable=False),
    sa.Column('columns', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_row_form'))
    )
    op.create_table('search_key',
    sa.Column('kind', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('status', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('person', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('birth', sa.String(length=8), nullable=False),
    sa.Column('pos', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('kind', 'status', 'key', 'person', 'birth', 'pos', name=op.f('pk_search_key')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_search_key_person', 'search_key', ['person'], unique=False)
    op.create_table('submission',
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('staff_id', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('result', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_submission'))
    )
    op.create_index(op.f('ix_submission_at'), 'submission', ['at'], unique=False)
    op.create_table('town',
    sa.Column('town_id', sa.String(length=7), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kana', sa.Text(), nullable=False),
    sa.Column('key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('kana_key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('postal_code', sa.String(length=7), nullable=False),
    sa.PrimaryKeyConstraint('town_id', name=op.f('pk_town'))
    )
    op.create_index(op.f('ix_town_kana_key'), 'town', ['kana_key'], unique=False)
    op.create_index(op.f('ix_town_key'), 'town', ['key'], unique=False)
    op.create_index(op.f('ix_town_postal_code'), 'town', ['postal_code'], unique=False)
    op.create_table('vault_entry',
    sa.Column('data_set', sa.String(length=3), nullable=False),
    sa.Column('row_key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('person_number', sa.String(length=24), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('data_set', 'row_key', name=op.f('pk_vault_entry'))
    )
    op.create_index(op.f('ix_vault_entry_person_number'), 'vault_entry', ['person_number'], unique=False)
    op.create_table('feed_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_serial', sa.Integer(), nullable=False),
    sa.Column('data_set', sa.String(length=3), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=4), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('rejects', sa.Integer(), nullable=False),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('unchanged', sa.Integer(), nullable=False),
    sa.Column('gone', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['import_serial'], ['feed_import.serial'], name=op.f('fk_feed_file_import_serial_feed_import')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_file'))
    )
    op.create_index('ix_feed_file_data_set_id', 'feed_file', ['data_set', 'id'], unique=False)
    op.create_index(op.f('ix_feed_file_import_serial'), 'feed_file', ['import_serial'], unique=False)
    op.create_index(op.f('ix_feed_file_sha256'), 'feed_file', ['sha256'], unique=False)
    op.create_table('staff',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('disabled', sa.Boolean(), nullable=False),
    sa.Column('must_unlock', sa.Boolean(), nullable=False),
    sa.Column('last_counter', sa.String(length=20), nullable=True),
    sa.Column('demo', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['last_counter'], ['counter.code'], name=op.f('fk_staff_last_counter_counter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff'))
    )
    op.create_table('case_file',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=True),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('step', sa.String(length=20), nullable=False),
    sa.Column('counter', sa.String(length=20), nullable=False),
    sa.Column('opened_by', sa.String(length=40), nullable=False),
    sa.Column('held_by', sa.String(length=40), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('content_version_id', sa.Integer(), nullable=False),
    sa.Column('register_import_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['content_version_id'], ['content_version.id'], name=op.f('fk_case_file_content_version_id_content_version')),
    sa.ForeignKeyConstraint(['counter'], ['counter.code'], name=op.f('fk_case_file_counter_counter')),
    sa.ForeignKeyConstraint(['held_by'], ['staff.id'], name=op.f('fk_case_file_held_by_staff')),
    sa.ForeignKeyConstraint(['opened_by'], ['staff.id'], name=op.f('fk_case_file_opened_by_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_file')),
    sa.UniqueConstraint('number', name=op.f('uq_case_file_number'))
    )
    op.create_index(op.f('ix_case_file_counter'), 'case_file', ['counter'], unique=False)
    op.create_index(op.f('ix_case_file_opened_at'), 'case_file', ['opened_at'], unique=False)
    op.create_index(op.f('ix_case_file_opened_by'), 'case_file', ['opened_by'], unique=False)
    op.create_index(op.f('ix_case_file_state'), 'case_file', ['state'], unique=False)
    op.create_table('feed_reject',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('column', sa.Text(), nullable=False),
    sa.Column('read', sa.Text(), nullable=False),
    sa.Column('expected', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['feed_file.id'], name=op.f('fk_feed_reject_file_id_feed_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_reject'))
    )
    op.create_index(op.f('ix_feed_reject_file_id'), 'feed_reject', ['file_id'], unique=False)
    op.create_table('staff_assignment',
    sa.Column('staff_id', sa.String(length=40), nullable=False),
    sa.Column('counter', sa.String(length=20), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['counter'], ['counter.code'], name=op.f('fk_staff_assignment_counter_counter')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_staff_assignment_staff_id_staff')),
    sa.PrimaryKeyConstraint('staff_id', 'counter', 'role', name=op.f('pk_staff_assignment'))
    )
    op.create_table('staff_session',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('staff_id', sa.String(length=40), nullable=False),
    sa.Column('counter', sa.String(length=20), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['counter'], ['counter.code'], name=op.f('fk_staff_session_counter_counter')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_staff_session_staff_id_staff')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_staff_session')),
    sa.UniqueConstraint('staff_id', name=op.f('uq_staff_session_staff_id'))
    )
    op.create_table('case_certificate',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('case_id', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=32), nullable=False),
    sa.Column('copies', sa.Integer(), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('options_key', sa.String(length=120), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_case_certificate_case_id_case_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_certificate')),
    sa.UniqueConstraint('case_id', 'kind', 'subject', 'options_key', name=op.f('uq_case_certificate_case_id_kind_subject_options_key'))
    )
    op.create_index(op.f('ix_case_certificate_case_id'), 'case_certificate', ['case_id'], unique=False)
    op.create_table('case_fact',
    sa.Column('case_id', sa.String(length=32), nullable=False),
    sa.Column('subject', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_case_fact_case_id_case_file')),
    sa.PrimaryKeyConstraint('case_id', 'subject', 'name', name=op.f('pk_case_fact'))
    )
    op.create_table('case_memo',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('case_id', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by', sa.String(length=40), nullable=False),
    sa.Column('counter', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_case_memo_case_id_case_file')),
    sa.ForeignKeyConstraint(['written_by'], ['staff.id'], name=op.f('fk_case_memo_written_by_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_memo'))
    )
    op.create_index(op.f('ix_case_memo_case_id'), 'case_memo', ['case_id'], unique=False)
    op.create_table('case_person',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('case_id', sa.String(length=32), nullable=False),
    sa.Column('person_number', sa.String(length=24), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('is_visitor', sa.Boolean(), nullable=False),
    sa.Column('is_subject', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('seen', sa.JSON(), nullable=False),
    sa.Column('corrected', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_case_person_case_id_case_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_person'))
    )
    op.create_index(op.f('ix_case_person_case_id'), 'case_person', ['case_id'], unique=False)
    op.create_index(op.f('ix_case_person_person_number'), 'case_person', ['person_number'], unique=False)
    op.create_table('case_procedure',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('case_id', sa.String(length=32), nullable=False),
    sa.Column('procedure', sa.String(length=40), nullable=False),
    sa.Column('origin', sa.String(length=10), nullable=False),
    sa.Column('needed', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('legal_basis', sa.Text(), nullable=False),
    sa.Column('people', sa.JSON(), nullable=False),
    sa.Column('staff_reason', sa.Text(), nullable=False),
    sa.Column('print_chosen', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_case_procedure_case_id_case_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_procedure')),
    sa.UniqueConstraint('case_id', 'procedure', name=op.f('uq_case_procedure_case_id_procedure'))
    )
    op.create_index(op.f('ix_case_procedure_case_id'), 'case_procedure', ['case_id'], unique=False)
    op.create_table('document',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('case_id', sa.String(length=32), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=40), nullable=False),
    sa.Column('counter', sa.String(length=20), nullable=False),
    sa.Column('session', sa.String(length=16), nullable=False),
    sa.Column('forms', sa.JSON(), nullable=False),
    sa.Column('persons', sa.JSON(), nullable=False),
    sa.Column('reprint_of', sa.String(length=32), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_document_case_id_case_file')),
    sa.ForeignKeyConstraint(['counter'], ['counter.code'], name=op.f('fk_document_counter_counter')),
    sa.ForeignKeyConstraint(['made_by'], ['staff.id'], name=op.f('fk_document_made_by_staff')),
    sa.ForeignKeyConstraint(['reprint_of'], ['document.id'], name=op.f('fk_document_reprint_of_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document'))
    )
    op.create_index(op.f('ix_document_case_id'), 'document', ['case_id'], unique=False)
    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)
