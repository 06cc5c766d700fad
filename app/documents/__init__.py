"""Documents (帳票): form definitions as data, filled with values and turned into one verified PDF.

`load_definitions` reads the forms, `Renderer.issue` prints jobs in a process of its own and verifies what comes back.
"""

from app.documents.bases.model import BaseField, BasePage, BaseRefused, NormalisedBase, PictureRefused
from app.documents.definitions import FormDefinition
from app.documents.fonts import FontsRefused, FontStack, find_fonts
from app.documents.form_reader import load_definitions, read_definition
from app.documents.identity import COPY, REPRINT, PageIdentity, job_key
from app.documents.problems import PrintFailed, PrintProblem, PrintRefused
from app.documents.processes import RendererBroken, RenderTimeout
from app.documents.reading import DefinitionProblem, DefinitionsRefused
from app.documents.render import FormJob, RenderedForm, RenderedPage, RenderedSet, render, render_set
from app.documents.renderer import Renderer
from app.documents.verify import ExpectedDocument, VerificationFailed, expected_documents, verify

__all__ = [
    "COPY", "REPRINT", "BaseField", "BasePage", "BaseRefused", "DefinitionProblem", "DefinitionsRefused",
    "ExpectedDocument", "FontStack", "FontsRefused", "FormDefinition", "FormJob", "NormalisedBase", "PageIdentity",
    "PictureRefused", "PrintFailed", "PrintProblem", "PrintRefused", "RenderTimeout", "RenderedForm", "RenderedPage",
    "RenderedSet", "Renderer", "RendererBroken", "VerificationFailed", "expected_documents", "find_fonts", "job_key",
    "load_definitions", "read_definition", "render", "render_set", "verify",
]  # fmt: skip
