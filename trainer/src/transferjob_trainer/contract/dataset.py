"""The labelled pictures that a job learns from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from .base import Document, SecretRef
from .uri import DatasetURI

ClassName = Annotated[str, StringConstraints(min_length=1, max_length=255)]
ColumnName = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class FieldsSpec(Document):
    """Names of CSV columns, TFRecord features or NPZ keys."""

    image: ColumnName | None = None
    """Field of the picture or of its path."""
    label: ColumnName | None = None
    """Field of the label."""


class ValidationSpec(Document):
    """Pictures that are set aside to measure on: a share of the dataset, or another dataset."""

    fraction: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Share of each class, chosen by training.seed. Default 0.2."""
    uri: DatasetURI | None = None
    """Another dataset with the same classes, fields and credentials; nothing of dataset.uri is set aside then."""
    group_by: ColumnName | None = None
    """CSV column, TFRecord feature or NPZ array that names each picture's group; pictures of one group stay on one side
    of the split. Of ImageFolder and ImageArchive: folder, which is the folder inside the class folder."""

    @model_validator(mode="after")
    def _one_source(self) -> ValidationSpec:
        if self.fraction is not None and self.uri is not None:
            raise ValueError("fraction and uri exclude each other")
        return self

    @model_validator(mode="after")
    def _groups_of_one_dataset(self) -> ValidationSpec:
        if self.group_by is not None and self.uri is not None:
            raise ValueError("groupBy and uri exclude each other")
        return self

    @property
    def resolved_fraction(self) -> float | None:
        """fraction with its default; None where the pictures come from a dataset of their own."""
        return (0.2 if self.fraction is None else self.fraction) if self.uri is None else None


class TestSpec(Document):
    """Pictures that are looked at once, at the end; the final figures come from them."""

    fraction: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Share of each class, chosen by training.seed beside the validation pictures. Default 0.1."""
    uri: DatasetURI | None = None
    """Another dataset with the same classes, fields and credentials; nothing of dataset.uri is set aside then."""

    @model_validator(mode="after")
    def _one_source(self) -> TestSpec:
        if self.fraction is not None and self.uri is not None:
            raise ValueError("fraction and uri exclude each other")
        return self

    @property
    def resolved_fraction(self) -> float | None:
        """fraction with its default; None where the pictures come from a dataset of their own."""
        return (0.1 if self.fraction is None else self.fraction) if self.uri is None else None


class DatasetSpec(Document):
    """Where the pictures are, in which format, and how they are split."""

    uri: DatasetURI
    """A folder, archive or file: s3://bucket/path, gs://bucket/path, pvc://claim/path, or a named dataset such as sklearn://digits."""
    format: Literal["ImageFolder", "ImageArchive", "TFRecord", "NPZ", "CSV"] | None = None
    """Default: detected, by names. ImageFolder is one folder a class; ImageArchive the same inside a .zip or .tar; CSV
    a table of paths and labels with the pictures beside it; NPZ arrays [n, height, width(, channels)] and [n];
    TFRecord one or several files of tf.train.Example with encoded pictures."""
    fields: FieldsSpec | None = None
    """Names of the picture and label fields, for CSV, TFRecord and NPZ. Default: a usual name (path, image, x ...;
    label, class, y ...), where just one is there."""
    classes: Annotated[tuple[ClassName, ...], Field(min_length=2, max_length=10_000)] | None = None
    """Fixes names and order of the classes; classes of the dataset that are not listed are left out. Where labels are
    whole numbers these are their names: label 0 is the first."""
    validation: ValidationSpec = ValidationSpec()
    """Pictures set aside to measure on while training."""
    test: TestSpec | None = None
    """Pictures set aside for the final figures."""
    secret_ref: SecretRef | None = None
    """Credentials of the storage."""

    @model_validator(mode="after")
    def _distinct_classes(self) -> DatasetSpec:
        if self.classes is not None and len(set(self.classes)) != len(self.classes):
            raise ValueError("classes must not repeat a name")
        return self

    @model_validator(mode="after")
    def _something_to_train_on(self) -> DatasetSpec:
        test = (self.test and self.test.resolved_fraction) or 0
        if (self.validation.resolved_fraction or 0) + test >= 1:
            raise ValueError(
                "validation.fraction (default 0.2) and test.fraction (default 0.1) must sum up to less than 1"
            )
        return self
