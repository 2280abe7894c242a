"""The fictional University of Northfield: the same people each time, with dates relative to today."""

from mentoring.demo.seeding.university import AlreadyFilled, seed

__all__ = ["AlreadyFilled", "seed"]
